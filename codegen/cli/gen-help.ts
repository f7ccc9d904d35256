export const GEN_HELP = `Usage: ringsnake gen [FILE.ts...] [--out-ts DIR] [--out-py DIR] [options]

Generates typed TypeScript and Python from the exported interfaces and types in each file.
From \`src/user-api.ts\` come \`user-api.gen.ts\` and the package \`user_api_gen/\`.

What is not given comes from the nearest ringsnake.config.json, here or above; see \`ringsnake init\`.

Options:
  --out-ts DIR         where the TypeScript files go
  --out-py DIR         where the Python files go
  --check              write nothing; fail if a file is missing or stale (for CI), and show the
                       difference as a patch
  --watch              generate again whenever an input or a file it imports changes
  --strict             warnings prevent generation, as errors do
  --config FILE        another configuration
  --format text|json   json: one object on stdout, \`{ exitCode, diagnostics, files }\`
  -h, --help           this text

Files that are already as they should be are not touched.

What can cross:
  string  number  boolean  bigint  null  undefined  unknown  Date  URL  RegExp
  Int (whole numbers) and NDArray; import type { Int, NDArray } from 'ringsnake'
  typed arrays, arrays, tuples, Set, Map, Record, template literals, brands, enums, unions
  interfaces and type aliases, also generic ones that are filled in
  by reference: functions, and interfaces with methods only
  AsyncIterable and ReadableStream, as a parameter or a result
Every other method returns a Promise. \`ringsnake explain\` lists what cannot cross.

Examples:
  ringsnake gen api.ts --out-ts src/gen --out-py python/acme
  ringsnake gen                        what ringsnake.config.json says
  ringsnake gen --check                in CI
  ringsnake gen --check | git apply    only what changed
  ringsnake gen --watch                while you write

Exit codes:
  0  done, or nothing to do
  1  --check found stale files
  2  the input cannot be generated; nothing was written
  3  an error in ringsnake itself
`;
