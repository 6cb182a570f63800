// An order as a decider in TypeScript, exported under a name of its own.
type OrderEvent =
  | { type: 'Placed'; data: { total: number } }
  | { type: 'Paid'; data: { amount: number } };

interface Order {
  status: 'none' | 'placed' | 'paid';
  due: number;
}

export const orderDecider = {
  version: 'order 1',
  commands: ['pay'],
  initialState: (): Order => ({ status: 'none', due: 0 }),
  evolve(state: Order, event: OrderEvent): Order {
    switch (event.type) {
      case 'Placed':
        return { status: 'placed', due: event.data.total };
      case 'Paid': {
        const due = state.due - event.data.amount;
        return { status: due > 0 ? 'placed' : 'paid', due };
      }
      default:
        throw new Error(`unknown: ${(event satisfies never as { type: string }).type}`);
    }
  },
  decide({ words }: { words: string[] }, state: Order): OrderEvent[] {
    if (state.status !== 'placed') throw new Error(`an order that is ${state.status} cannot be paid`);
    return [{ type: 'Paid', data: { amount: Number(words[1]) } }];
  },
};
