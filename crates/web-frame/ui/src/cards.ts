// Draws each card with the official renderer in place of its plain reading.
import {
  AdaptiveCard, Action, HostConfig, OpenUrlAction, SerializationContext, Versions, type IMarkdownProcessingResult,
} from "adaptivecards";
import MarkdownIt from "markdown-it";
import { icon } from "./dom";
import { mark, press, rest } from "./press";
import { watch } from "./refresh";

/** The only places a card may lead to. */
const SCHEMES = /^(https?|mailto|tel):/i;

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });
markdown.disable(["image", "table", "html_block", "html_inline"], true);
markdown.validateLink = (url) => SCHEMES.test(url.trim());

const shade = (name: string, subtle: string) => ({ default: `var(--${name})`, subtle: `var(--${subtle})` });
const foreground = {
  default: shade("colorNeutralForeground1", "colorNeutralForeground3"),
  dark: shade("colorNeutralForeground1", "colorNeutralForeground3"),
  light: shade("colorNeutralForeground4", "colorNeutralForeground4"),
  accent: shade("colorBrandForeground1", "colorBrandForeground2"),
  good: shade("colorStatusSuccessForeground1", "colorStatusSuccessForeground3"),
  warning: shade("colorStatusWarningForeground1", "colorStatusWarningForeground3"),
  attention: shade("colorStatusDangerForeground1", "colorStatusDangerForeground3"),
};
const style = (background: string, border = "colorTransparentStroke") => ({
  backgroundColor: `var(--${background})`, borderColor: `var(--${border})`, foregroundColors: foreground,
});

// Colours are Fluent's variables, so that a change of theme redraws nothing.
const host = new HostConfig({
  supportsInteractivity: true,
  fontTypes: {
    default: {
      fontFamily: "inherit",
      fontSizes: { small: 12, default: 14, medium: 14, large: 16, extraLarge: 20 },
      lineHeights: { small: 16, default: 20, medium: 20, large: 22, extraLarge: 28 },
      fontWeights: { lighter: 400, default: 400, bolder: 600 },
    },
    monospace: {
      fontFamily: "ui-monospace, Consolas, monospace",
      fontSizes: { small: 12, default: 13, medium: 13, large: 16, extraLarge: 20 },
      lineHeights: { small: 16, default: 20, medium: 20, large: 22, extraLarge: 28 },
      fontWeights: { lighter: 400, default: 400, bolder: 600 },
    },
  },
  spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 32, padding: 12 },
  separator: { lineThickness: 1, lineColor: "var(--colorNeutralStroke2)" },
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: style("colorTransparentBackground"),
    emphasis: style("colorNeutralBackground3"),
    accent: style("colorBrandBackground2"),
    good: style("colorStatusSuccessBackground1"),
    warning: style("colorStatusWarningBackground1"),
    attention: style("colorStatusDangerBackground1"),
  },
  actions: {
    maxActions: 6, spacing: "Default", buttonSpacing: 8, showCard: { actionMode: "Inline", inlineTopMargin: 8, style: "emphasis" },
    preExpandSingleShowCardAction: false, actionsOrientation: "Horizontal", actionAlignment: "Left",
  },
  adaptiveCard: { allowCustomStyle: true },
  imageSet: { imageSize: "Medium", maxImageHeight: 120 },
  media: { allowInlinePlayback: false },
  factSet: {
    title: { size: "Default", color: "Default", isSubtle: true, weight: "Default", wrap: true, maxWidth: 200 },
    value: { size: "Default", color: "Default", isSubtle: false, weight: "Default", wrap: true },
    spacing: 16,
  },
  textBlock: { headingLevel: 2 },
  textStyles: { heading: { size: "Large", weight: "Bolder" } },
  inputs: { label: { requiredInputs: { suffix: " *", suffixColor: "Attention" } } },
});

AdaptiveCard.onProcessMarkdown = (text: string, result: IMarkdownProcessingResult) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};

function open(action: Action): void {
  if (action instanceof OpenUrlAction && action.url && SCHEMES.test(action.url.trim())) {
    window.open(action.url, "_blank", "noopener,noreferrer");
  }
}

function draw(shell: HTMLElement): void {
  const source = shell.dataset.card;
  const plain = shell.querySelector<HTMLElement>(".card-plain");
  if (!source || !plain) return;
  delete shell.dataset.card;
  try {
    const json: unknown = JSON.parse(source);
    const idle = rest(shell, json);
    const places = mark(json);
    const context = new SerializationContext(Versions.v1_6);
    const names = new Map<Action, string>();
    context.onParseAction = (action, read: object) => {
      const place = places.get(read);
      if (place !== undefined) names.set(action, place);
    };
    const card = new AdaptiveCard();
    card.hostConfig = host;
    card.onExecuteAction = (action) => {
      const place = names.get(action);
      if (place === undefined) open(action);
      else void press(shell, action, place);
    };
    card.parse(json, context);
    const drawn = card.render();
    if (!drawn || drawn.textContent === "" && drawn.querySelector("img, svg, input, button") === null) return;
    for (const link of drawn.querySelectorAll<HTMLAnchorElement>("a[href]")) {
      if (!SCHEMES.test(link.getAttribute("href") ?? "")) link.removeAttribute("href");
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    for (const image of drawn.querySelectorAll("img")) {
      image.loading = "lazy";
      image.referrerPolicy = "no-referrer";
    }
    drawn.style.padding = "0";
    drawn.dir = drawn.dir || "auto";
    const parts: HTMLElement[] = [drawn];
    if (idle) {
      const note = document.createElement("p");
      note.className = "card-note";
      note.append(icon("info"), idle);
      parts.push(note);
    }
    plain.replaceWith(...parts);
  } catch {
    // The plain reading stays: it holds the same title, text, facts, images and links.
  }
}

function drawAll(root: ParentNode): void {
  watch(root);
  for (const shell of root.querySelectorAll<HTMLElement>(".card-shell[data-card]")) draw(shell);
}

drawAll(document);
document.addEventListener("liaison:added", (event) => drawAll(event.target as HTMLElement));
document.addEventListener("htmx:load", (event) => drawAll(event.target as HTMLElement));
