/** What a rule of a profile reports, by the kind of the rule; severity and words are the rule's own. */
export const profileCodes = {
  EPD_PROFILE_FIELD: {
    rule: 'profile',
    severity: 'warning',
    title: 'The profile asks for a statement that is not there'
  },
  EPD_PROFILE_METHOD: {
    rule: 'profile',
    severity: 'error',
    title: 'The results are not of the method of the profile'
  },
  EPD_PROFILE_INDICATOR: {
    rule: 'profile',
    severity: 'warning',
    title: 'The profile asks for an indicator that has no value'
  },
  EPD_PROFILE_MODULE: {
    rule: 'profile',
    severity: 'warning',
    title: 'The profile asks for a module that is not declared, or leaves out one that is'
  },
  EPD_PROFILE_BOUNDARY: {
    rule: 'profile',
    severity: 'warning',
    title: 'The boundary is not one of the profile'
  },
  EPD_PROFILE_VALIDITY: {
    rule: 'profile',
    severity: 'error',
    title: 'The validity is longer than the profile allows'
  },
  EPD_PROFILE_VERIFICATION: {
    rule: 'profile',
    severity: 'warning',
    title: 'The verification is not the one that the profile asks for'
  },
  EPD_PROFILE_UNIT: {
    rule: 'profile',
    severity: 'warning',
    title: 'The declared unit is not the one of the profile'
  },
  EPD_PROFILE_EDITION: {
    rule: 'profile',
    severity: 'warning',
    title: 'The edition of the profile was not in force when the declaration was made'
  }
} as const
