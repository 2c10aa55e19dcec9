import { words } from './languages/words.js';
import { language, rising, risingColour, THEMES, theme } from './settings.js';

/** Language, theme and the colour of rises. */
export function Preferences() {
  const say = words();
  const themeName = { auto: say.themeAuto, light: say.themeLight, dark: say.themeDark }[theme.value];
  const themeLabel = say.theme(themeName);
  const risingLabel = risingColour.value === 'red' ? say.risingRed : say.risingGreen;
  const nextTheme = () => {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
  };
  const turnColours = () => {
    rising.value = risingColour.value === 'red' ? 'green' : 'red';
  };
  const turnLanguage = () => {
    language.value = language.value === 'zh' ? 'en' : 'zh';
  };
  return (
    <div class="preferences">
      <button type="button" aria-label={risingLabel} title={risingLabel} onClick={turnColours}>
        <span class="rise">▲</span>
        <span class="fall">▼</span>
      </button>
      <button type="button" aria-label={themeLabel} title={themeLabel} onClick={nextTheme}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="5.5" />
          <path d={HALVES[theme.value]} />
        </svg>
      </button>
      <button
        type="button"
        lang={language.value === 'zh' ? 'en' : 'zh-CN'}
        title={say.switchLanguage}
        onClick={turnLanguage}
      >
        {say.otherLanguage}
      </button>
    </div>
  );
}

/** What of the theme's circle is dark. */
const HALVES = {
  auto: 'M8 2.5a5.5 5.5 0 0 1 0 11z',
  light: '',
  dark: 'M8 2.5a5.5 5.5 0 0 1 0 11a5.500 5.500 0 0 1 0 -11z',
} as const;
