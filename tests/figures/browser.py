"""A page in headless Chromium, framed at a width: what it measures, and what it says on its console."""

import html
import json
import re
import shutil
import subprocess

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=8000",
]
MEASURE = """
const frame = document.querySelector("iframe");
const told = "svg text, p, li, td, th, h1, h2, h3, figcaption, summary, pre";
const texts = page => [...page.querySelectorAll(told)];
const shown = e => e.textContent.trim() !== "" && e.getBoundingClientRect().height > 0;
// letters of a drawing are as large as its scale makes them
const sizeOf = e => {
  const size = parseFloat(frame.contentWindow.getComputedStyle(e).fontSize);
  const scale = e.getScreenCTM ? Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b) : 1;
  return Math.round(100 * size * scale) / 100;
};
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  const boxes = [...page.querySelectorAll("figure svg")].map(e => e.getBoundingClientRect());
  const sizes = boxes.filter(box => box.width > 0); // wide or narrow, as the page is
  document.getElementById("found").textContent = JSON.stringify({
    scrolls: root.scrollWidth - root.clientWidth,
    figures: sizes.map(size => Math.min(size.width, size.height)),
    beyond: boxes.filter(box => box.right > root.clientWidth + 1).length,
    sideways: [...page.querySelectorAll("figure div")].filter(e => e.scrollWidth > e.clientWidth + 1).length,
    fetched: frame.contentWindow.performance.getEntriesByType("resource").length,
    words: page.body.innerText,
    scripts: page.scripts.length,
    small: texts(page).filter(e => shown(e) && sizeOf(e) < 10.95).map(e => `${sizeOf(e)} ${e.textContent}`),
    clipped: [...page.querySelectorAll("figure svg")].flatMap(svg => {
      const frame = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].filter(text => {
        const box = text.getBoundingClientRect();
        return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
      }).map(text => text.textContent);
    }),
  });
};
"""


def framed(page, width, folder):
    """What a page (text of HTML) shows in a frame `width` px wide: a dictionary, and lines of its console."""
    told = json.dumps(page).replace("</", "<\\/")
    source = folder / f"frame{width}.html"
    source.write_text(
        f'<!doctype html><meta charset="utf-8"><pre id="found"></pre>'
        f'<iframe style="width:{width}px;height:800px;border:0"></iframe>'
        f"<script>{MEASURE}; frame.srcdoc = {told};</script>",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            CHROMIUM,
            *QUIET,
            f"--user-data-dir={folder / 'profile'}",
            "--window-size=1400,900",
            "--dump-dom",
            source.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return json.loads(html.unescape(found.group(1))), console
