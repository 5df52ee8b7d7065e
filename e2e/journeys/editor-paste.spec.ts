import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator("#editor-text"));

/** Pastes into an empty text what a program puts on the clipboard, and gives the text as it is stored. */
async function pasted(page: Page, organization: string, html: string): Promise<string> {
  await page.goto(`/admin/${organization}/content/new`);
  await text(page).click();
  await text(page).evaluate((target, pasted) => {
    const transfer = new DataTransfer();
    transfer.setData("text/html", pasted);
    transfer.setData("text/plain", "plain");
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
  }, html);
  await expect(page.locator('textarea[name="content"]')).not.toHaveValue("");
  const stored = await page.locator('textarea[name="content"]').inputValue();
  for (const trace of ["Mso", "mso-", "style=", "<span", "<o:p", "&nbsp;", "docs-internal", "data-", "class=\"Text", "<font", "file:"]) expect(stored).not.toContain(trace);
  return stored;
}

test("Word: headings, a quote, a numbered list, a table, a note, tracked changes and remarks", async ({ page, site }) => {
  const html = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><link rel=File-List href="file:///C:/Users/ann/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri",sans-serif;} --></style></head>
<body lang=EN-GB link="#0563C1" style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoTitle><span lang=EN-GB>Harbour report<o:p></o:p></span></p>
<h1><a name="_Toc1"></a><span lang=EN-GB>Ships</span></h1>
<p class=MsoNormal style='margin-bottom:8.0pt'><span lang=EN-GB style='font-size:12.0pt;color:#C00000'>In May <b style='mso-bidi-font-weight:normal'>twelve</b> ships</span><span lang=EN-GB> came in<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><sup>[1]</sup></span></a><ins cite="mailto:Ann" datetime="2026-03-01T10:00">, and more left</ins><del cite="mailto:Ann" datetime="2026-03-01T10:00">, or so</del>.<span class=MsoCommentReference><a class=msocomanchor href="#_msocom_1">[AL1]</a></span><o:p></o:p></span></p>
<p class=MsoQuote><span lang=EN-GB>The tide waits for nobody.<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span lang=EN-GB><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]><span lang=EN-GB>Moor<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span lang=EN-GB><span style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]><span lang=EN-GB>Unload<o:p></o:p></span></p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none'><tr style='mso-yfti-irow:0'><td width=301 valign=top style='width:225.4pt;border:solid windowtext 1.0pt'><p class=MsoNormal><span lang=EN-GB>Ship<o:p></o:p></span></p></td><td width=301 valign=top><p class=MsoNormal><span lang=EN-GB>Tons<o:p></o:p></span></p></td></tr></table>
<p class=MsoNormal><span lang=EN-GB><o:p>&nbsp;</o:p></span></p>
<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>Check the number</p></div></div>
<!--EndFragment--></body></html>`;
  expect((await pasted(page, site.organization, html)).split("\n")).toEqual([
    "<h2>Harbour report</h2>",
    "<h2>Ships</h2>",
    "<p>In May <strong>twelve</strong> ships came in<sup>[1]</sup>, and more left.</p>",
    "<blockquote><p>The tide waits for nobody.</p></blockquote>",
    "<ol><li>Moor</li><li>Unload</li></ol>",
    "<table><tbody><tr><td>Ship</td><td>Tons</td></tr></tbody></table>",
  ]);
});

test("Word in the browser: runs of text and lists in boxes", async ({ page, site }) => {
  const run = (words: string) => `<span data-contrast="auto" class="TextRun SCXW1 BCX0" lang="EN-US"><span class="NormalTextRun SCXW1 BCX0">${words}</span></span><span class="EOP SCXW1 BCX0" data-ccp-props="{}">&nbsp;</span>`;
  const item = (level: number, words: string) =>
    `<div class="ListContainerWrapper SCXW1 BCX0"><ul class="BulletListStyle1 SCXW1 BCX0" role="list"><li data-leveltext="x" data-listid="1" data-aria-posinset="1" data-aria-level="${level}" role="listitem" class="OutlineElement"><p class="Paragraph SCXW1 BCX0" style="text-align:left">${run(words)}</p></li></ul></div>`;
  const html = `<meta charset="utf-8"><div class="OutlineElement Ltr SCXW1 BCX0"><p class="Paragraph SCXW1 BCX0" style="margin:0">${run("Before the list")}</p></div>${item(1, "One")}${item(2, "Below")}${item(1, "Two")}`;
  expect(await pasted(page, site.organization, html)).toBe("<p>Before the list</p>\n<ul><li>One<ul><li>Below</li></ul></li><li>Two</li></ul>");
});

test("Google Docs: headings, looks, a checklist, a table and a picture that nobody else can fetch", async ({ page, site }) => {
  const html = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-0b5a"><h1 dir="ltr" style="line-height:1.38;margin-top:20pt"><span style="font-size:20pt;font-family:Arial,sans-serif;color:#000000;font-weight:400">Harbour</span></h1><p dir="ltr" style="line-height:1.38"><span style="font-size:11pt;font-weight:700">Bold</span><span style="font-size:11pt;font-weight:400">, </span><span style="font-size:11pt;font-style:italic">slanted</span><span style="font-size:11pt">, </span><span style="text-decoration:line-through">gone</span><span>, H</span><span style="font-size:0.6em;vertical-align:sub">2</span><span>O</span></p><br /><ul style="margin-top:0"><li dir="ltr" role="checkbox" aria-checked="true" style="list-style-type:none" aria-level="1"><img src="data:image/png;base64,iVBORw0KGgo=" width="17.6px" height="17.6px" alt="checked" aria-roledescription="checkbox" /><p dir="ltr" role="presentation"><span style="text-decoration:none">Rope</span></p></li><li dir="ltr" role="checkbox" aria-checked="false" aria-level="1"><img src="data:image/png;base64,iVBORw0KGgo=" alt="unchecked" aria-roledescription="checkbox" /><p dir="ltr" role="presentation"><span>Anchor</span></p></li></ul><div dir="ltr" style="margin-left:0pt;" align="left"><table style="border:none;border-collapse:collapse"><colgroup><col width="301" /><col width="301" /></colgroup><tbody><tr style="height:0pt"><td style="border-left:solid #000000 1pt"><p dir="ltr"><span>Ship</span></p></td><td><p dir="ltr"><span>Tons</span></p></td></tr></tbody></table></div><p dir="ltr"><span><span style="border:none;display:inline-block"><img src="data:image/png;base64,iVBORw0KGgo=" width="10" height="10" /></span></span></p></b><br class="Apple-interchange-newline">`;
  expect((await pasted(page, site.organization, html)).split("\n")).toEqual([
    "<h2>Harbour</h2>",
    "<p><strong>Bold</strong>, <em>slanted</em>, <s>gone</s>, H<sub>2</sub>O</p>",
    '<ul class="task-list"><li class="task task-done">Rope</li><li class="task">Anchor</li></ul>',
    "<table><tbody><tr><td>Ship</td><td>Tons</td></tr></tbody></table>",
  ]);
});

test("a web page: what is foreign to a text is left behind, and its links and pictures stay", async ({ page, site }) => {
  const html = `<div class="article" onclick="x()"><h2 id="a" class="t">Tides</h2><div><p style="color:red">They <a href="https://example.com/rise?utm_source=x" target="_blank" class="l">rise</a><script>alert(1)</script> and <font color="red">fall</font>.</p></div><img src="https://example.com/tide.jpg" srcset="x 2x" alt="High water" onerror="alert(1)"><nav><ul><li><a href="javascript:alert(1)">Bad</a></li></ul></nav><iframe src="https://evil.example"></iframe><form><input name="q"><button>Go</button></form></div>`;
  const stored = await pasted(page, site.organization, html);
  expect(stored).toContain('<p>They <a href="https://example.com/rise?utm_source=x" rel="noopener">rise</a> and fall.</p>');
  expect(stored).toContain('<img src="https://example.com/tide.jpg" alt="High water">');
  for (const trace of ["javascript:", "alert", "iframe", "<form", "<button", "onclick", "target="]) expect(stored).not.toContain(trace);
});
