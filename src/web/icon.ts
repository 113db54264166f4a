/** A horseshoe magnet. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 1v7a6 6 0 0 0 12 0V1h-4v7a2 2 0 0 1-4 0V1z" fill="#1f5fa8"/><path d="M2 1h4v3H2zm8 0h4v3h-4z" fill="#b9c4d0"/></svg>\n'
