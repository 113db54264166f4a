const PUBLICATION = '/administrativeInformation/publicationAndOwnership'
const DATA_SET = '/processInformation/dataSetInformation'
const METHOD = '/modellingAndValidation/LCIMethodAndAllocation'
const SOURCES = '/modellingAndValidation/dataSourcesTreatmentAndRepresentativeness'

/** Where ILCD process data sets say what the fields of the native form hold. */
export const ilcdPlaces: Readonly<Record<string, string>> = {
  '/id': `${DATA_SET}/UUID`,
  '/version': `${PUBLICATION}/dataSetVersion`,
  '/name': `${DATA_SET}/name/baseName`,
  '/owner': `${PUBLICATION}/referenceToOwnershipOfDataSet`,
  '/operator': `${PUBLICATION}/referenceToRegistrationAuthority`,
  '/registrationNumber': `${PUBLICATION}/registrationNumber`,
  '/practitioner':
    '/administrativeInformation/dataGenerator/referenceToPersonOrEntityGeneratingTheDataSet',
  '/verification': '/modellingAndValidation/validation/review',
  '/standards': '/modellingAndValidation/complianceDeclarations/compliance',
  '/methodSet': '/modellingAndValidation/complianceDeclarations/compliance',
  '/pcr': `${METHOD}/referenceToLCAMethodDetails`,
  '/published': '/processInformation/time/other/publicationDateOfEPD',
  '/validFrom': '/processInformation/time/referenceYear',
  '/validUntil': '/processInformation/time/dataSetValidUntil',
  '/geography': '/processInformation/geography/locationOfOperationSupplyOrProduction',
  '/product': `${DATA_SET}/classificationInformation`,
  '/product/representing': `${METHOD}/other/subType`,
  '/product/description':
    '/processInformation/technology/technologyDescriptionAndIncludedProcesses',
  '/product/composition': `${DATA_SET}/other/contentDeclaration`,
  '/declaredUnit': '/processInformation/quantitativeReference/referenceToReferenceFlow',
  '/backgroundDatabases': `${SOURCES}/referenceToDataSource`,
  '/documents': `${SOURCES}/other/referenceToOriginalEPD`,
  '/dataQuality': `${SOURCES}/useAdviceForDataSet`,
  '/boundary': '/LCIAResults',
  '/scenarios': `${DATA_SET}/other/scenarios`,
  '/note': `${DATA_SET}/generalComment`,
  '/results': '/LCIAResults'
}
