const HIDDEN = '***';

/** Names of fields whose values are secrets, in JSON and in `name=value`. */
const SECRET_NAMES = 'password|passphrase|secret|token|api_?key|authorization';

const RULES: readonly (readonly [RegExp, string])[] = [
  // Credentials in a URL, up to the last @: passwords are not always encoded as they should be.
  [/:\/\/(?:\\.|[^\s"\\])*@/g, `://${HIDDEN}@`],
  [new RegExp(`("(?:${SECRET_NAMES})"\\s*:\\s*)"(?:\\\\.|[^"\\\\])*"`, 'gi'), `$1"${HIDDEN}"`],
  [new RegExp(`\\b((?:${SECRET_NAMES})=)(?:\\\\.|[^\\s"\\\\&])+`, 'gi'), `$1${HIDDEN}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/gs, HIDDEN],
];

/**
 * A line without its secrets: credentials in URLs, passwords, tokens, private keys. Nothing of moodtape's logs them; this
 * holds for what clients of other systems put into their messages. JSON stays JSON.
 */
export function scrub(line: string): string {
  return RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
