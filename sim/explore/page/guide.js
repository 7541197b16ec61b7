// The first minute: four steps that do something, each with a word on what to look at.

class Guide {
  constructor(app) {
    this.app = app;
    this.root = byId("guide");
    this.at = 0;
  }

  steps() {
    const { app } = this;
    return [
      ["Watch it break", "Finds a seed with which the truce breaks, and plays that history.", async () => {
        app.state.two = false;
        app.state.active = "A";
        app.state.sides.A.without = []; // as the search has it
        app.show("history");
        const seed = await this.findBreak();
        for (const side of Object.values(app.state.sides)) side.values.seed = seed;
        app.settings.build();
        await app.refresh();
        app.story.play(true);
      }],
      ["Take the kidnappings out", "B has the same luck, but no kidnappings up to the break.", async () => {
        app.state.sides.B = structuredClone(app.state.sides.A);
        const { events, breaks } = app.histories.A;
        const until = breaks.length ? breaks[0].day : app.histories.A.days;
        const taken = events.filter((event) => event.kind === "kidnapping" && event.day <= until);
        if (taken.length) app.state.sides.B.without = taken.map((event) => event.id);
        else app.state.sides.B.values["events.kidnapping.enabled"] = false;
        await app.pairUp(true, "B");
      }],
      ["Bring mediators in on day 10", "B has a mediation team at full strength from day 10.", async () => {
        this.mediators();
        await app.pairUp(true, "B");
      }],
      ["Run a hundred histories of each", "One pair is an anecdote. How often does each side break in a hundred?", async () => {
        const { sides } = app.state;
        if (!app.state.two || sides.A.without.length || sides.B.without.length) {
          sides.A.without = [];
          this.mediators();
          await app.pairUp(true, "B");
        }
        app.show("many");
        await app.many.begin(100);
      }],
    ];
  }

  async findBreak() {
    const { app } = this;
    app.say("Looking for a seed with which the truce breaks …", true);
    try {
      return (await app.wire.ask("find_break", { side: app.request("A") })).seed;
    } catch (error) {
      app.say("");
      throw error;
    }
  }

  // Side B: as A, with a mediation team from day 10.
  mediators() {
    const { sides } = this.app.state;
    sides.B = structuredClone(sides.A);
    Object.assign(sides.B.values, {
      "measures.mediation.enabled": true, "measures.mediation.start_day": 10, "measures.mediation.strength": 1,
    });
  }

  // The steps, which wait for the first history.
  build() {
    if (this.app.isSaved || sessionStorage.getItem("hudna-guide") === "closed") {
      fill(this.root);
      return;
    }
    const steps = this.steps().map(([name, says, action], k) => el("li", { class: k === this.at ? "next" : "" },
      button(name, async () => {
        this.at = k + 1;
        this.build();
        await this.app.attempt(action);
      }, { disabled: !this.app.histories.A }), el("span", { text: says })));
    fill(this.root, el("ol", {}, steps), button("Close", () => {
      sessionStorage.setItem("hudna-guide", "closed");
      this.build();
    }, { class: "close", "aria-label": "Close the first steps" }));
  }
}
