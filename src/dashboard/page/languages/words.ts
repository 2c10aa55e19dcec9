import { language } from '../settings.js';
import { en, type Words } from './en.js';
import { zh } from './zh.js';

const LANGUAGES = { en, zh } as const;

/** The words of the reader's language; a component that calls this is drawn again when the language changes. */
export const words = (): Words => LANGUAGES[language.value];
