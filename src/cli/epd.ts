import { type Command, readArgs } from './command.ts'
import { check } from './epd/check.ts'
import { convert, formatNames } from './epd/convert.ts'
import { usageError } from './exit.ts'

const help = `lodestone epd convert|check FILE [options]

Converts and checks declarations without a service. FILE may be native JSON, openEPD JSON, the JSON
of soda4LCA, ILCD+EPD XML, or an ILCD zip with dependencies; what it is shows from its content.

  lodestone epd check magnet.json
  lodestone epd convert oxide.xml --to openepd -o oxide.openepd.json
  lodestone epd convert package.zip --to native -o oxide.json

check tells every finding; what only the registry knows, such as who is registered, is not checked.
convert names everything that does not come along: what the document says and declarations have no
field for, and what the other format has no place for. In its own format a document stays as it is.

Options:
  --profile ID       judge it by this profile as well; may be repeated (check)
  --to FORMAT        ${formatNames} (convert)
  -o, --output FILE  write to a file instead of the terminal (convert); a folder for several
  --json             findings and losses as JSON
  --help

Exit codes: 0 done, 1 refused or with errors, 2 the command line is wrong or a file cannot be read.`

/** `lodestone epd convert|check FILE` */
export const epd: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      profile: { type: 'string', multiple: true },
      to: { type: 'string' },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean', default: false }
    })
    const [verb, file, ...more] = positionals
    if (verb !== 'check' && verb !== 'convert') throw usageError('Say convert or check.')
    if (file === undefined || more.length > 0) throw usageError('Name one file.')
    return verb === 'check' ? check(file, values, terminal) : convert(file, values, terminal)
  }
}
