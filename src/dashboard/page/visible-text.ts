/**
 * What cannot be seen, or turns the text around it: controls (but for tabs and line ends), format characters (but for the joiner
 * within an emoji), and letters and separators that are blank.
 */
const HIDDEN =
  /[^\P{Cc}\t\n\r]|(?!\u200d)\p{Cf}|(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d|\u200d(?!\p{Extended_Pictographic})|[\u115f\u1160\u2028\u2029\u3164\uffa0]/gu;

/**
 * A stranger's text as it may be shown: each hidden character as its number, `[U+202E]`. Markup needs nothing here; the page
 * only ever puts texts into text nodes and attributes.
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => `[U+${codeOf(character)}]`);
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
