"""Opens pages of the program in a headless Chromium and looks at them as people would.

    check.py [--shots DIR] PAGE [--charts N] [--text TEXT]... [PAGE ...]

Every page is checked for what every page promises: no errors on the console, no request, every chart
drawn, tips under the pointer and with keys, no sideways scroll on a phone, contrast in the light and in
the dark, a print that has everything, landmarks, headings and labels. `--charts` is the least number of
charts, `--text` is to be found in the page and in its print. Findings go to stdout, one a line; the exit
status says whether there were any.
"""

import argparse
import base64
import io
import json
import pathlib
import shutil
import sys
import unicodedata

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

JS = pathlib.Path(__file__).with_name("look.js").read_text()
LIMIT = 2_000_000
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--force-prefers-reduced-motion"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = shutil.which("chromedriver")
    return webdriver.Chrome(options, webdriver.ChromeService(driver) if driver else None)


def letters(text):
    """A text without breaks and ligatures, which prints put where they like."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Check:
    """One page under test, and what was found wrong with it."""

    def __init__(self, driver, page, charts, texts, shots):
        self.driver, self.path, self.charts, self.texts = driver, page, charts, texts
        self.shots, self.found = shots, []

    def wrong(self, what):
        self.found.append(f"{self.path}: {what}")

    def look(self, name, *arguments):
        """Calls a function of look.js."""
        return self.driver.execute_script(f"{JS}; return {name}(...arguments)", *arguments)

    def cdp(self, method, **parameters):
        return self.driver.execute_cdp_cmd(method, parameters)

    def window(self, size, scheme):
        self.cdp("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.cdp("Emulation.setEmulatedMedia", media="", features=features)

    def shot(self, name):
        if self.shots:
            shot = self.cdp("Page.captureScreenshot", captureBeyondViewport=True)
            (self.shots / f"{self.path.stem}-{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def open(self):
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get(self.path.resolve().as_uri())

    def all(self):
        if self.path.stat().st_size >= LIMIT:
            self.wrong(f"{self.path.stat().st_size} bytes")
        self.window(DESK, "light")
        self.open()
        text = self.driver.execute_script("return document.documentElement.textContent")
        for part in self.texts:
            if part not in text:
                self.wrong(f"does not say {part!r}")
        for problem in self.look("structure"):
            self.wrong(problem)
        self.drawn()
        self.pointer_and_keys()
        self.controls()
        self.windows()
        self.print()
        self.silent()
        self.without_script()

    def drawn(self):
        count, problems = self.look("drawn")
        for problem in problems:
            self.wrong(problem)
        if count < self.charts:
            self.wrong(f"{count} charts, expected {self.charts}")

    def pointer_and_keys(self):
        for i in range(self.look("chartCount")):
            name, kind, x, y = self.look("target", i)
            actions = ActionChains(self.driver)
            actions.w3c_actions.pointer_action.move_to_location(int(x), int(y))
            actions.perform()
            if not self.look("tipText"):
                self.wrong(f"chart {name!r}: no tip under the pointer at {int(x)}, {int(y)}")
            elif kind != "lines" and self.look("tipText") != self.look("tipOf", i):
                self.wrong(f"chart {name!r}: another tip than that of the mark")
            self.keys(i, name, kind)

    def keys(self, i, name, kind):
        self.look("focusChart", i)
        said = []
        for key in [Keys.HOME, Keys.ARROW_RIGHT, Keys.END]:
            ActionChains(self.driver).send_keys(key).perform()
            said.append(self.look("spoken"))
            if not self.look("tipText"):
                self.wrong(f"chart {name!r}: no tip with keys")
        if not all(said):
            self.wrong(f"chart {name!r}: keys are not spoken: {said}")
        several = self.look("places", i) > 2
        if several and len(set(said)) < 3:
            self.wrong(f"chart {name!r}: keys say the same: {said}")
        ActionChains(self.driver).send_keys(Keys.ESCAPE).perform()
        if self.look("tipText"):
            self.wrong(f"chart {name!r}: Escape leaves the tip")

    def controls(self):
        for selector, act in [(".legend button", "toggled"), (".copy", "copied"), ("table[data-sort] th button", "sorted"), ("input[type=search]", "filtered")]:
            for element in self.driver.find_elements("css selector", selector):
                self.look("unfold", element, True)
                problem = getattr(self, act)(element)
                if problem:
                    self.wrong(f"{selector} ({self.look('nameOf', element)!r}): {problem}")
                self.look("unfold", element, False)

    def toggled(self, button):
        button.send_keys(Keys.ENTER)
        off = self.look("isOff", button)
        button.send_keys(Keys.SPACE)
        return None if off and not self.look("isOff", button) else "does not turn its line off and on"

    def copied(self, button):
        button.send_keys(Keys.ENTER)
        for _ in range(20):
            word = button.text
            if word != "Copy":
                return None if word == "Copied" else f"says {word!r}"
            self.driver.execute_async_script("setTimeout(arguments[0], 50)")
        return "says nothing"

    def sorted(self, button):
        for _ in range(2):
            button.send_keys(Keys.ENTER)
            order, values = self.look("columnOf", button)
            if values != sorted(values, reverse=order == "descending"):
                return f"{order} is {values}"
        return None

    def filtered(self, field):
        before = self.look("rowsOf", field)
        field.send_keys("zzz")
        none = self.look("rowsOf", field)
        field.clear()
        field.send_keys(Keys.SPACE, Keys.BACKSPACE)
        after = self.look("rowsOf", field)
        return None if (none, after) == (0, before) else f"rows {before}, {none}, {after}"

    def windows(self):
        for scheme in ["light", "dark"]:
            self.window(DESK, scheme)
            self.shot(f"desk-{scheme}")
            for problem in self.look("contrast"):
                self.wrong(f"{scheme}: {problem}")
            if self.look("isDark") != (scheme == "dark"):
                self.wrong(f"{scheme}: the paper is not {scheme}")
            self.window(PHONE, scheme)
            self.shot(f"phone-{scheme}")
            for problem in self.look("phone"):
                self.wrong(f"phone, {scheme}: {problem}")

    def print(self):
        from pypdf import PdfReader

        self.window(DESK, "dark")
        pdf = base64.b64decode(self.cdp("Page.printToPDF", printBackground=False)["data"])
        if self.shots:
            (self.shots / f"{self.path.stem}.pdf").write_bytes(pdf)
        pages = PdfReader(io.BytesIO(pdf)).pages
        printed = letters("".join(page.extract_text() for page in pages))
        for part in self.texts + self.look("printed"):
            if letters(part) not in printed:
                self.wrong(f"the print lacks {part!r}")
        features = [{"name": "prefers-color-scheme", "value": "dark"}]
        self.cdp("Emulation.setEmulatedMedia", media="print", features=features)
        if self.look("isDark"):
            self.wrong("the print is dark")
        for problem in self.look("contrast"):
            self.wrong(f"print: {problem}")

    def silent(self):
        """No word on the console, no request but for the page."""
        for entry in self.driver.get_log("browser"):
            self.wrong(f"console: {entry['message']}")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url.split("#")[0] != self.path.resolve().as_uri() and not url.startswith("data:"):
                    self.wrong(f"request: {url}")

    def without_script(self):
        """The page as it is where scripts are off."""
        self.cdp("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.window(DESK, "light")
            self.driver.get(self.path.resolve().as_uri())
            self.shot("scriptless")
            for problem in self.evaluated("scriptless()"):
                self.wrong(f"without script: {problem}")
        finally:
            self.cdp("Emulation.setScriptExecutionDisabled", value=False)

    def evaluated(self, call):
        """The devtools may look even where the page may not run anything."""
        result = self.cdp("Runtime.evaluate", expression=f"(() => {{ {JS}; return {call} }})()", returnByValue=True)
        return result["result"].get("value") or []


def pages(arguments):
    """PAGE [--charts N] [--text TEXT]... of each page."""
    groups = []
    for word in arguments:
        if not word.startswith("--") and (not groups or not groups[-1][-1].startswith("--")):
            groups.append([word])
        else:
            groups[-1].append(word)
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--charts", type=int, default=0)
    parser.add_argument("--text", action="append", default=[])
    return [parser.parse_args(group) for group in groups]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=pathlib.Path, help="a folder for screenshots and prints")
    options, rest = parser.parse_known_args()
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    found = []
    for page in pages(rest):
        driver = browser()
        try:
            check = Check(driver, page.page, page.charts, page.text, options.shots)
            check.all()
        finally:
            driver.quit()
        found += check.found
        print(f"{page.page}: {len(check.found)} findings")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
