// The one line to the server on this machine: questions with answers, and what it tells unasked.

class Refused extends Error {
  constructor(errors, isGivenUp) {
    super(errors.map((each) => each.text).join("\n"));
    this.errors = errors;
    this.isGivenUp = isGivenUp;
  }
}

class Wire {
  constructor(onPush, onLost) {
    this.onPush = onPush;
    this.onLost = onLost;
    this.waiting = new Map();
    this.number = 0;
  }

  open() {
    return new Promise((ready, failed) => {
      this.socket = new WebSocket(`ws://${location.host}/wire`);
      this.socket.onopen = () => ready();
      this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
      this.socket.onclose = () => {
        for (const { refuse } of this.waiting.values()) {
          refuse(new Refused([{ key: "", text: "The explorer has stopped." }], false));
        }
        this.waiting.clear();
        failed(new Refused([{ key: "", text: "The explorer cannot be reached." }], false));
        this.onLost();
      };
    });
  }

  take(reply) {
    if (reply.push) {
      this.onPush(reply);
      return;
    }
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    this.waiting.delete(reply.id);
    if (reply.ok) waiting.accept(reply.data);
    else waiting.refuse(new Refused(reply.errors, Boolean(reply.given_up)));
  }

  ask(what, data) {
    const id = ++this.number;
    return new Promise((accept, refuse) => {
      if (!this.socket || this.socket.readyState !== WebSocket.OPEN) {
        refuse(new Refused([{ key: "", text: "The explorer has stopped." }], false));
        return;
      }
      this.waiting.set(id, { accept, refuse });
      this.socket.send(JSON.stringify({ id, do: what, ...(data || {}) }));
    });
  }
}
