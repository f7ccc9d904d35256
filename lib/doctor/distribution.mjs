/** Which packages of this Linux distribution hold what is missing. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {'python' | 'headers' | 'venv' | 'compiler' | 'make'} Part */
/** @typedef {Readonly<Record<Part, readonly string[]>> & { readonly install: string }} Family */

/** By the names that /etc/os-release uses in ID and ID_LIKE. */
/** @type {Readonly<Record<string, Family>>} */
const FAMILIES = {
  debian: {
    install: 'apt-get install',
    python: ['python3'],
    headers: ['python3-dev'],
    venv: ['python3-venv'],
    compiler: ['g++'],
    make: ['make'],
  },
  fedora: {
    install: 'dnf install',
    python: ['python3'],
    headers: ['python3-devel'],
    venv: ['python3-libs'],
    compiler: ['gcc-c++'],
    make: ['make'],
  },
  alpine: {
    install: 'apk add',
    python: ['python3'],
    headers: ['python3-dev'],
    venv: ['python3'],
    compiler: ['g++', 'linux-headers'],
    make: ['make'],
  },
  arch: {
    install: 'pacman -S',
    python: ['python'],
    headers: ['python'],
    venv: ['python'],
    compiler: ['gcc'],
    make: ['make'],
  },
  suse: {
    install: 'zypper install',
    python: ['python3'],
    headers: ['python3-devel'],
    venv: ['python3'],
    compiler: ['gcc-c++'],
    make: ['make'],
  },
};

/**
 * The family that an os-release text names, or undefined.
 * @param {string} text
 * @returns {Family | undefined}
 */
export function familyOf(text) {
  const names = ['ID', 'ID_LIKE'].flatMap((key) => textOf(text, key).split(' '));
  for (const name of names) {
    const family = FAMILIES[ALIASES[name] ?? name];
    if (family !== undefined) return family;
  }
  return undefined;
}

/** @type {Readonly<Record<string, string>>} */
const ALIASES = {
  ubuntu: 'debian',
  rhel: 'fedora',
  centos: 'fedora',
  opensuse: 'suse',
  sles: 'suse',
};

/**
 * @param {string} text
 * @param {string} key
 * @returns {string}
 */
function textOf(text, key) {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${key}=`)) ?? '';
  return line.slice(key.length + 1).replaceAll('"', '');
}

/**
 * The command that installs these parts here; undefined for a distribution that is not in the table.
 * @param {readonly Part[]} parts
 * @param {string} [osRelease]
 * @returns {string | undefined}
 */
export function installCommand(parts, osRelease = readOsRelease()) {
  const family = familyOf(osRelease);
  if (family === undefined || parts.length === 0) return undefined;
  const packages = new Set(parts.flatMap((part) => family[part]));
  const asRoot = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${asRoot}${family.install} ${[...packages].join(' ')}`;
}

function readOsRelease() {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}
