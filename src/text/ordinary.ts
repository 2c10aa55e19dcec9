const ORDINARY =
  /^[\x20-\x7E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u3000-\u3029\u3400-\u9FFF\uFF01-\uFF5E]*$/;

/**
 * True of a text of visible characters each of which is a grapheme by itself: no marks, surrogates or control
 * characters. Nearly all texts are ordinary, and this is quick to see, unlike what Unicode's classes say of a character.
 */
export function isOrdinary(text: string): boolean {
  return ORDINARY.test(text);
}
