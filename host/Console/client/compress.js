import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const text = /\.(js|css|svg)$/;
// Fonts for browsers without woff2; dmn-js's and bpmn-js's style sheets still name them.
const relics = /\.(eot|svg)$/;

// Text is embedded compressed only: that is how browsers want it and it keeps the assembly small.
export function compress() {
  return {
    name: 'compress',
    writeBundle({ dir }) {
      for (const name of readdirSync(dir, { recursive: true })) {
        const file = join(dir, name);
        if (!statSync(file).isFile()) continue;
        if (name.startsWith('assets') && relics.test(name)) rmSync(file);
        else if (text.test(name)) {
          writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
          rmSync(file);
        }
      }
    },
  };
}
