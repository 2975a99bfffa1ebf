import type { Store } from '../ports/store.js';
import { SettingsKeeper } from './settings-keeper.js';

/**
 * What happens to a board's store before the co-processor starts: with the pin for the factory reset held, the settings go back to
 * those of a flashed board (see `SettingsKeeper.forget`). Held on, or held at each boot, it writes nothing more. False: it was held,
 * and the store did not let go of the settings.
 */
export function prepareStore(store: Store, isHeld: boolean): boolean {
	return !isHeld || new SettingsKeeper(store).forget();
}
