import { computed, effect, type Signal, signal } from '@preact/signals';
import { WINDOW_NAMES } from '../../flow/window.js';

export const LANGUAGES = ['zh', 'en'] as const;
export const THEMES = ['auto', 'light', 'dark'] as const;

export type Language = (typeof LANGUAGES)[number];

const browserLanguage: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

export const language = kept('language', LANGUAGES, browserLanguage);
export const theme = kept('theme', THEMES, 'auto');
/** The colour of rises; `auto` is the language's habit: red in Chinese, green in English. */
export const rising = kept('rising', ['auto', 'red', 'green'], 'auto');
/** Of the index, wherever it is shown. */
export const indexWindow = kept('window', WINDOW_NAMES, '1m');

const systemIsDark = signal(false);
const shownTheme = computed(() =>
  theme.value === 'auto' ? (systemIsDark.value ? 'dark' : 'light') : theme.value,
);
export const risingColour = computed(() =>
  rising.value === 'auto' ? (language.value === 'zh' ? 'red' : 'green') : rising.value,
);
/** Changes whenever colours do; charts draw themselves again then. */
export const colours = computed(() => `${shownTheme.value} ${risingColour.value}`);

/** Shows the settings on the document, where the style sheet finds them, from now on. */
export function applySettings(root: HTMLElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const followSystem = () => {
    systemIsDark.value = dark.matches;
  };
  dark.addEventListener('change', followSystem);
  followSystem();
  effect(() => {
    root.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    root.dataset.theme = shownTheme.value;
    root.dataset.rising = risingColour.value;
  });
}

/** A setting that this browser keeps, where it may. */
function kept<T extends string>(name: string, options: readonly T[], otherwise: T): Signal<T> {
  const key = `moodtape.${name}`;
  const stored = attempt(() => localStorage.getItem(key));
  const setting = signal(options.find((option) => option === stored) ?? otherwise);
  setting.subscribe((value) => {
    if (value !== (stored ?? otherwise)) attempt(() => localStorage.setItem(key, value));
  });
  return setting;
}

/** Storage may be forbidden: then a setting holds until the page is closed. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
