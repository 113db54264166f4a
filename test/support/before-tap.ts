/**
 * Loaded into the process of a test before tap. Two things that tap does there cost much and give
 * nothing here.
 *
 * To measure coverage it reads every module a second time, looks for source maps, which types that are
 * only stripped do not need, and enters every process that a test starts, whatever its environment: the
 * command line and the service would start in twice the time, and not as they are shipped.
 *
 * To tell which part of a test an error belongs to that nobody caught, it is told of every promise, which
 * takes a tenth of all time. Such an error fails the file without that as well, with its stack.
 */
import hooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

process.env['_TAPJS_PROCESSINFO_EXCLUDE_'] = '/^/'
delete process.env['NODE_OPTIONS']
process.setSourceMapsEnabled(false)
process.setSourceMapsEnabled = () => {}

const idle: hooks.AsyncHook = { enable: () => idle, disable: () => idle }
hooks.createHook = () => idle
syncBuiltinESMExports()
