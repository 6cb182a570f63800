// A shopping cart as Emmett's guide writes one: states by their status, and a pure `evolve`.
export const initialState = () => ({ status: 'Empty' });

const itemsOf = (state) => (state.status === 'Empty' ? new Map() : new Map(Object.entries(state.productItems)));

function withChange(items, productId, quantity) {
  const left = (items.get(productId) ?? 0) + quantity;
  return items.set(productId, left);
}

export const evolve = (state, { type, data }) => {
  switch (type) {
    case 'ProductItemAddedToShoppingCart': {
      const { productId, quantity, unitPrice } = data.productItem;
      const items = withChange(itemsOf(state), productId, quantity);
      const total = (state.total ?? 0) + quantity * unitPrice;
      return { status: 'Opened', productItems: Object.fromEntries(items), total };
    }
    case 'ProductItemRemovedFromShoppingCart': {
      const { productId, quantity, unitPrice } = data.productItem;
      const items = withChange(itemsOf(state), productId, -quantity);
      const total = state.total - quantity * unitPrice;
      return { status: 'Opened', productItems: Object.fromEntries(items), total };
    }
    case 'ShoppingCartConfirmed':
      return { ...state, status: 'Closed', confirmedAt: data.confirmedAt };
    default:
      return state;
  }
};
