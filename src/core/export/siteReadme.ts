/** What lies beside an exported site for whoever puts it online. */

export const siteReadme = (name: string, run: string): string => `# ${name}: a site that needs no server of its own

Made by Winnow from run ${run}. Upload the files of this folder to any static host (a web server's folder, an object store, a pages service) and open \`index.html\` there. Four things to know:

- It must be served over http or https: opened as a file, a browser loads no script from beside a page. The single file of \`winnow export --to html\` is for that.
- The host should send \`.wasm\` as \`application/wasm\` and compress it (gzip or brotli): 14 MB become 3.7 MB.
- Where a browser has WebGPU, the page fetches \`ort-wasm-simd-threaded.asyncify.wasm\` (27 MB, 6 MB packed) after it has begun, compares both on a picture, and goes on with the GPU only when the answers are the same and come sooner. Without \`ort.webgpu.js\` and that file everything works on the processor.
- The camera works over https and on localhost only.

Pictures are looked at in the browser and never sent; the page's own policy allows it to load only from where it lies. To try it here: \`python3 -m http.server --bind 127.0.0.1\` in this folder. The model contains embeddings of training photos (not the photos).
`;
