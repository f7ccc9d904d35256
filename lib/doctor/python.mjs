/** What one Python interpreter is and has. */
import { spawnSync } from 'node:child_process';

export const PYTHON_MINIMUM = '3.11';

/**
 * @typedef {object} PythonFacts
 * @property {string} version
 * @property {string} executable absolute; not a shim that chooses one
 * @property {string} base the interpreter that a virtual environment was made from; else `executable`
 * @property {boolean} recent at least PYTHON_MINIMUM
 * @property {string} include the folder where Python.h belongs
 * @property {boolean} headers whether it is there
 * @property {string} suffix how the extensions end that are for it alone
 * @property {boolean} venv whether it can make virtual environments, with pip inside
 * @property {Readonly<Record<KernelFeature, string>>} kernel 'yes', or why not
 */
/** @typedef {'memfd' | 'futex' | 'eventfd' | 'pidfd'} KernelFeature */

// Old interpreters have to read it too, so that they can be told how old they are.
const PROBE = `
import json, os, sys, sysconfig
include = sysconfig.get_path("include") or ""
facts = {
    "version": "%d.%d.%d" % sys.version_info[:3],
    "executable": sys.executable,
    "base": getattr(sys, "_base_executable", None) or sys.executable,
    "recent": sys.version_info[:2] >= (${PYTHON_MINIMUM.replace('.', ', ')}),
    "include": include,
    "headers": os.path.exists(os.path.join(include, "Python.h")),
    "suffix": sysconfig.get_config_var("EXT_SUFFIX") or ".so",
}
try:
    import ensurepip, venv
    facts["venv"] = True
except ImportError:
    facts["venv"] = False

def tried(attempt):
    try:
        result = attempt()
        if result is not None:
            os.close(result)
        return "yes"
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)

def futex():
    import ctypes, platform
    number = {"x86_64": 202, "aarch64": 98}[platform.machine()]
    wake = 1
    word = ctypes.c_uint32(0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), ctypes.byref(word), wake, 1, None, None, 0) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

facts["kernel"] = {
    "memfd": tried(lambda: os.memfd_create("ringsnake", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)),
    "futex": tried(futex),
    "eventfd": tried(lambda: os.eventfd(0)),
    "pidfd": tried(lambda: os.pidfd_open(os.getpid())),
}
print(json.dumps(facts))
`;

/**
 * Asks the interpreter itself; undefined if there is none at `command` or it does not run.
 * @param {string} command a name on PATH or a path
 * @returns {PythonFacts | undefined}
 */
export function inspectPython(command) {
  const { status, stdout } = spawnSync(command, ['-c', PROBE], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status !== 0) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
