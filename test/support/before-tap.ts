/**
 * Loaded into the process of a test before what tap loads there to measure coverage, which nobody
 * measures here. Left alone, that reads every module a second time, looks for source maps that types
 * which are only stripped do not need, and enters every process that a test starts, whatever its
 * environment: the command line and the service would start in twice the time, and not as they are shipped.
 */
process.env['_TAPJS_PROCESSINFO_EXCLUDE_'] = '/^/'
delete process.env['NODE_OPTIONS']
process.setSourceMapsEnabled(false)
process.setSourceMapsEnabled = () => {}
