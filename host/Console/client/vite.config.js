import { defineConfig } from 'vite';
import { compress } from './compress.js';
import { sprite } from './sprite.js';

// The output is embedded in the host's assembly and served below /assets (Assets/ClientAssets.cs).
export default defineConfig({
  base: '/assets/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [sprite(), compress()],
  build: {
    outDir: 'dist',
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: { app: 'src/app.js' },
      // htmx evaluates attributes only where allowEval is on; app.js turns it off.
      onLog: (level, log, next) => { if (log.code !== 'EVAL') next(level, log); },
    },
  },
});
