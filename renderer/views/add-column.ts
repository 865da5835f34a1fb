// The dialog that adds a column by the name of its field.
import { useStore } from '../state/store.ts';

export function openAddColumn(): void {
  useStore.getState().set({ dialog: 'add-column' });
}
