/** What the help says about each page first: what is looked at, what grey means there, what can be done, by which keys. */

export interface PageHelp {
  title: string;
  /** What am I looking at? */
  about: string[];
  /** What does grey mean here? */
  grey: string;
  /** What can I do? */
  can: string[];
  keys: [key: string, what: string][];
}

const factory: PageHelp = {
  title: "This page: a factory, a country or a region",
  about: [
    "OEE of this place, now and over the chosen time, with the three factors that make it: availability, performance and quality.",
    "Its lines side by side, the defects that were found by type, by camera and over time, and the ongoing alarms.",
  ],
  grey: "A grey gauge knows less than 90 % of its planned time. A gap in a trend is time without data. A line that is grey was not heard of.",
  can: ["Switch the factors on and off.", "Change the time for the whole page; the address holds the choice and can be sent.", "Open a line, or a defect's products.", "Acknowledge, assign, comment or clear an alarm where it stands."],
  keys: [["u", "one level up"]],
};

const alarms: PageHelp = {
  title: "This page: alarms",
  about: [
    "A rule that was broken for its time raises one alarm; it clears by itself when its value has come back by the rule's margin. What is open stands first, the highest severity and the oldest on top.",
    "An alarm opens to its evidence: what was measured, when, what it is thought to come from, and what people did about it.",
  ],
  grey: "An alarm whose source is silent says so: no data is neither good nor bad, and its rule waits.",
  can: ["Acknowledge: I have seen it.", "Assign it to somebody, comment on it, clear it.", "Read in its history who did what."],
  keys: [
    ["j", "next alarm"],
    ["k", "previous alarm"],
    ["a", "acknowledge"],
    ["s", "assign"],
    ["c", "comment"],
    ["x", "clear"],
    ["Enter", "open the alarm"],
    ["u", "one level up"],
  ],
};

/** By the route of the page. */
const pages: Record<string, PageHelp> = {
  "/": {
    title: "This page: the enterprise",
    about: [
      "One gauge per site on the map: OEE of its last 15 minutes of planned time. The ranking lists the same sites, worst first, with their last hour and the factor that holds each of them down.",
      "Regions and countries are sums of their lines' times and counts.",
    ],
    grey: "A grey site has covered less than 90 % of its planned time with data, or is not planned to run now. Its last hour tells which.",
    can: ["Choose a site to open it.", "Choose a region to see its sites only.", "Choose a number to see what it is made of."],
    keys: [],
  },
  "/sites/$site": factory,
  "/countries/$country": factory,
  "/regions/$region": factory,
  "/sites/$site/lines/$line": {
    title: "This page: a line",
    about: [
      "The process step by step, as a product passes it. Each card shows its worst values first; the time on an arrow is the transport to the next step.",
      "When products are rejected, each is taken back to the moment when it was at each step. The step whose values were outside their normal range there carries the flag “Failed step”, with how many rejects point to it. “What went wrong” shows the value, its normal range and those moments.",
      "“Not enough evidence” means: there are rejects, but no value was out of range and nobody entered a fault when they were there. Nothing is guessed.",
    ],
    grey: "A dashed card or value has not been heard lately. A card without values says that nothing is measured there: that is no fault. A picture that is missing says why.",
    can: [
      "Enter what happened, for the line or with the plus on a step: a fault, a stop, a note. Say when it is over.",
      "Choose a step to see its values only, and a value to see its history.",
      "Choose a product in the strip to open it. The strip holds still while you point at it.",
    ],
    keys: [
      ["e", "enter an event"],
      ["u", "one level up"],
    ],
  },
  "/sites/$site/products/$product": {
    title: "This page: one product",
    about: [
      "What each camera saw, with a box, a label and a score for each defect, and the verdict that follows from them.",
      "“Which step left it” ranks the steps whose values were outside their normal range when this product was there: clear, likely or weak, by how far outside.",
      "The readings show every value at each step at that time. The record is as the station numbered it and the hub committed it; it never changes.",
    ],
    grey: "“Not judged” means that no verdict was reached, and why. A view without a picture says whether it was not kept, is on its way, or was deleted. A reading without a value was not measured then.",
    can: ["Zoom and move all views at once.", "Go to the product before or after.", "Open a value that speaks for a step on the line's page."],
    keys: [
      ["j", "next product"],
      ["k", "previous product"],
      ["+", "zoom in, all views"],
      ["-", "zoom out, all views"],
      ["0", "whole picture"],
      ["u", "one level up"],
    ],
  },
  "/inspections": {
    title: "This page: the gallery of products",
    about: [
      "Every product that the hub holds, newest first, as the picture that tells most about its verdict. Filters are in the address: send it, and a colleague sees the same.",
      "Defect, camera and score hold for one and the same box: “scratch, camera 2, 80 %” shows products where camera 2 saw a scratch with at least 80 %.",
    ],
    grey: "“No picture kept” is by policy: not every passed product's picture is kept. A picture on its way follows its record.",
    can: [
      "Type into the filter: defects, cameras, places, verdicts and scores are understood while you type.",
      "Tick two products and compare them, camera beside camera.",
      "Load the newest: the list does not move while you look at it.",
    ],
    keys: [
      ["/", "to the filter"],
      ["← → ↑ ↓", "move between products"],
      ["Enter", "open the product"],
      ["Space", "at its box: choose it to compare"],
      ["u", "one level up"],
    ],
  },
  "/alarms": alarms,
  "/alarms/$alarm": alarms,
};

export const helpText = {
  pages,
  grey: "What does grey mean here?",
  can: "What can I do?",
  keys: "Keys of this page",
  everywhere: "On every page",
};
