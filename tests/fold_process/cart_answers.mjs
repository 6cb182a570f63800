// Ten carts, as Emmett itself answers for them: a line of JSON each, with the stored events and the state at every version.
import { getInMemoryEventStore } from '@event-driven-io/emmett';
import { evolve, initialState } from './emmett_cart.mjs';

const store = getInMemoryEventStore();
for (let number = 0; number < 10; number++) {
  const stream = `shopping_cart-${number}`;
  const events = [];
  for (let nth = 0; nth < 15 + number; nth++) {
    const productItem = { productId: `p${(nth * 7) % 5}`, quantity: 1 + (nth % 3), unitPrice: 0.1 * nth };
    events.push({ type: 'ProductItemAddedToShoppingCart', data: { shoppingCartId: stream, productItem, note: '\u2028' } });
    if (nth % 4 === 3) events.push({ type: 'ProductItemRemovedFromShoppingCart', data: { productItem } });
  }
  events.push({ type: 'ShoppingCartConfirmed', data: { confirmedAt: '2024-03-14T10:22:07Z' } });
  await store.appendToStream(stream, events);
  const states = [];
  for (let version = 1; version <= events.length; version++) {
    const read = { to: BigInt(version) };
    states.push((await store.aggregateStream(stream, { evolve, initialState, read })).state);
  }
  const stored = (await store.readStream(stream)).events;
  const lines = stored.map(({ type, data }) => ({ type, data: JSON.stringify(data) }));
  console.log(JSON.stringify({ stream, events: lines, states, snapshots: {} }));
}
