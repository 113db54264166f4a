/** Text by BCP 47 language. */
export type Texts = Readonly<Record<string, string>>

/**
 * A language as texts are found by it. Case says nothing (RFC 5646 2.1.1), and many write `EN` or `de_DE`:
 * the language is in lower case, as ISO 639 has it, and hyphens stand between the parts.
 */
export function languageTag(stated: string): string {
  const [language = '', ...rest] = stated.trim().split(/[-_]/)
  return [language.toLowerCase(), ...rest].join('-')
}
