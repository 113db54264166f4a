/** Text by BCP 47 language. */
export type Texts = Readonly<Record<string, string>>
