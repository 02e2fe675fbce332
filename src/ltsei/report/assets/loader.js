"use strict";
// Unpack style, data and program, which the page holds as gzip in base64, and start.

window.addEventListener("error", ({ message }) => complain(message));
window.addEventListener("unhandledrejection", ({ reason }) => complain(reason));

function complain(what) {
  const box = document.getElementById("trouble");
  box.hidden = false;
  box.textContent = `Part of this page cannot be shown (${what}). The files beside it are complete.`;
}

async function unpacked(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (letter) => letter.codePointAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

function added(tag, text, place = "append") {
  document.head[place](Object.assign(document.createElement(tag), { textContent: text }));
}

async function load() {
  if (!window.DecompressionStream) throw new Error("it needs a browser of 2023 or newer");
  const [style, program, data] = await Promise.all(["library-style", "program", "data"].map(unpacked));
  window.report = JSON.parse(data);
  added("style", style, "prepend"); // ours comes after it and wins
  added("script", program);
}

load();
