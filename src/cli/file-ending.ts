import { type CommandError, usageError } from './exit.ts'

/** What spreadsheets write beside the two formats that are read. */
const WORKBOOKS = ['.xls', '.xlsm', '.xlsb', '.xltx', '.ods', '.fods', '.gnumeric', '.numbers']
const TEXTS = ['.txt', '.tsv', '.tab', '.prn']

/** For a file whose name does not say what it holds, or says something else. */
export function wrongEnding(
  file: string,
  extension: string,
  endings: readonly string[]
): CommandError {
  const wanted = `${file}: the name must end in ${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}.`
  if (WORKBOOKS.includes(extension)) {
    return usageError(`${wanted} Open it in a spreadsheet and save it as "Excel workbook (.xlsx)".`)
  }
  if (TEXTS.includes(extension)) {
    return usageError(
      `${wanted} If it is a sheet: save it as .xlsx, or export it as "CSV UTF-8", not as text with tabs.`
    )
  }
  return usageError(wanted)
}
