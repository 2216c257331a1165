// As much of the browser's XMLHttpRequest as BOSH in strophe.js asks for, on `fetch`.

/** One request. */
export class FetchRequest {
  /** Called with the headers of every answer. */
  static onHeaders = () => {};

  /** Sent with every request. */
  static headers = {};

  readyState = 0;
  status = 0;
  responseText = '';
  responseXML = null;
  onreadystatechange = () => {};
  #headers = { ...FetchRequest.headers };
  #stop = new AbortController();

  open(method, url) {
    this.method = method;
    this.url = url;
    this.#enter(1);
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  send(body) {
    const request = { method: this.method, headers: this.#headers, body, signal: this.#stop.signal };
    fetch(this.url, request).then((answer) => this.#take(answer)).catch(() => this.#enter(4));
  }

  abort() {
    this.#stop.abort();
  }

  getAllResponseHeaders() {
    return '';
  }

  async #take(answer) {
    FetchRequest.onHeaders(answer.headers);
    this.responseText = await answer.text();
    this.responseXML = new DOMParser().parseFromString(this.responseText, 'text/xml');
    this.status = answer.status;
    this.#enter(4);
  }

  #enter(state) {
    this.readyState = state;
    this.onreadystatechange();
  }
}
