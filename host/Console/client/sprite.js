import { readFileSync } from 'node:fs';
import { icons } from './icons.js';

// One file with the icons that we use instead of a font with five thousand.
export function sprite() {
  return {
    name: 'icon-sprite',
    generateBundle() {
      const all = readFileSync(new URL('./node_modules/@tabler/icons-sprite/dist/tabler-sprite.svg', import.meta.url), 'utf8');
      const symbols = icons.map(name => {
        const start = all.indexOf(`<symbol id="tabler-${name}" `);
        if (start < 0) this.error(`icons.js names "${name}", which @tabler/icons-sprite does not have.`);
        return all
          .slice(start, all.indexOf('</symbol>', start) + '</symbol>'.length)
          .replace(`id="tabler-${name}"`, `id="${name}"`)
          .replace('stroke-width="2"', 'stroke-width="1.75"')
          .replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', '');
      });
      this.emitFile({
        type: 'asset',
        fileName: 'icons.svg',
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`,
      });
    },
  };
}
