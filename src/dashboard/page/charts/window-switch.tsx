import { WINDOW_NAMES } from '../../../flow/window.js';
import { words } from '../languages/words.js';
import { Switch } from '../parts/switch.js';
import { indexWindow } from '../settings.js';

/** Chooses the length of the index's windows, for the whole page. */
export function WindowSwitch() {
  return (
    <Switch
      label={words().window}
      options={WINDOW_NAMES.map((window) => [window, window] as const)}
      value={indexWindow.value}
      onChange={(window) => {
        indexWindow.value = window;
      }}
    />
  );
}
