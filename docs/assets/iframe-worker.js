// Browsers start no worker from a file. On pages opened from files, search therefore runs in a hidden frame.
// The theme's worker looks for the name IFrameWorker to find its other scripts.
if (location.protocol === "file:") {
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      this.ready = this.start(new URL(address, location.href));
    }

    start(address) {
      const inner = this.frame.contentWindow;
      const load = (script) =>
        new Promise((resolve, reject) => {
          const element = inner.document.createElement("script");
          element.src = new URL(script, address);
          element.onload = resolve;
          element.onerror = reject;
          inner.document.body.append(element);
        });
      inner.importScripts = (...scripts) =>
        scripts.reduce((loaded, script) => loaded.then(() => load(script)), Promise.resolve());
      inner.postMessage = (data) => this.answer(new MessageEvent("message", { data }));
      return load(address);
    }

    answer(event) {
      this.dispatchEvent(event);
      this.onmessage?.(event);
    }

    postMessage(data) {
      const inner = this.frame.contentWindow;
      this.ready.then(() => inner.dispatchEvent(new inner.MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
