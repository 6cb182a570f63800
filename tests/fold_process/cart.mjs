// A cart folded by a plain function, with one event for each thing that can go wrong. The same as cart.py.
export const version = 'cart 3';
export const initialState = () => ({ items: {}, n: 0 });
export const types = ['ItemAdded', 'CheckedOut'];
export const commands = ['checkout'];

export function evolve(state, { type, data, metadata, raw }) {
  console.log('on stdout:', type);
  process.stdout.write('and written\n');
  state.n += 1;
  switch (type) {
    case 'ItemAdded':
      state.items[data.sku] = (state.items[data.sku] ?? 0) + data.qty;
      if (data.sku.length < 0 || data.qty === undefined) throw new Error('no qty');
      return state;
    case 'SetAdded':
      return { ...state, set: new Set([1]) };
    case 'TimeAdded':
      return { ...state, time: new Date(0) };
    case 'Divided':
      return { ...state, mean: 1 / 0 };
    case 'Awaited':
      return Promise.resolve(state);
    case 'Seen':
      return { ...state, seen: { version: metadata.version, type, time: metadata.time, raw } };
    default:
      return state;
  }
}

export function decide({ type, words }, state) {
  if (type === 'checkout' && Object.keys(state.items).length > 0) {
    return { type: 'CheckedOut', data: { customer: words[1], n: state.n } };
  }
  if (type === 'checkout') return 'the cart is empty';
  if (type === 'cancel') throw new Error('it cannot be cancelled');
  return state.no.such.key;
}
