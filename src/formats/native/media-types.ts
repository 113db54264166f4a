/** Those of declarations in the native JSON format. */
export const nativeEpdTypes = ['application/vnd.lodestone.epd+json', 'application/json'] as const
