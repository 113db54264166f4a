/** The name of our extension in `ext`. */
export const EXTENSION = 'lodestone'
/** Our ids in `alt_ids`. */
export const ID_SPACE = 'lodestone'
