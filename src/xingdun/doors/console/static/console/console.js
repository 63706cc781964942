// The console's few movements. Every page works without them; nothing here is inline, and nothing is evaluated.
(function () {
  "use strict";
  var root = document.documentElement;

  function each(scope, selector, act) {
    Array.prototype.forEach.call(scope.querySelectorAll(selector), act);
  }

  function token(name) {
    return getComputedStyle(root).getPropertyValue(name).trim();
  }

  // Light and dark -----------------------------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-switch]")) { return; }
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try { localStorage.setItem("xingdun-theme", next); } catch (error) { /* the choice lasts for this page */ }
    each(document, "[data-chart]", draw);
  });

  // Copying ------------------------------------------------------------------------------------------------------
  function select(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    var source = document.querySelector(button.dataset.copy);
    function told() {
      var words = button.querySelector("span") || button;
      var before = words.textContent;
      words.textContent = button.dataset.copied || before;
      setTimeout(function () { words.textContent = before; }, 2000);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(source.textContent).then(told, function () { select(source); });
    } else {
      select(source);
      if (document.execCommand("copy")) { told(); }
    }
  });

  // Meant once, and meant at all ---------------------------------------------------------------------------------
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.confirm && !form.dataset.meant) {
      event.preventDefault();
      ask(form.dataset.confirm, function () {
        form.dataset.meant = "yes";
        form.requestSubmit();
      });
      return;
    }
    if (form.hasAttribute("data-once")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      each(form, "button", function (button) { button.setAttribute("aria-disabled", "true"); });
    }
  });

  window.addEventListener("pageshow", function () {
    each(document, "form[data-sent]", function (form) {
      delete form.dataset.sent;
      delete form.dataset.meant;
      each(form, "button", function (button) { button.removeAttribute("aria-disabled"); });
    });
  });

  function ask(words, then) {
    var dialog = document.querySelector(".xd-confirm");
    dialog.querySelector("#confirm-words").textContent = words;
    dialog.onclose = function () { if (dialog.returnValue === "yes") { then(); } };
    dialog.returnValue = "no";
    dialog.showModal();
  }

  // A row leads where its first link leads -------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    var row = event.target.closest(".xd-table tbody tr");
    if (!row || event.target.closest("a, button, input, label, summary") || String(getSelection())) { return; }
    var link = row.querySelector(".xd-row-link");
    if (link) { link.click(); }
  });

  // Charts -------------------------------------------------------------------------------------------------------
  // data-chart names the <script type="application/json"> that holds kind, categories and series.
  function palette() {
    return ["--xd-chart-1", "--xd-chart-2", "--xd-chart-3", "--xd-chart-4", "--xd-chart-5", "--xd-chart-6"].map(token);
  }

  // Pieces of a stack stand in an order, so they share one hue and grow stronger.
  function ramp(count) {
    var steps = token("--xd-ramp").split(",").map(function (step) { return step.trim(); });
    var found = [];
    for (var place = 0; place < count; place += 1) {
      found.push(count === 1 ? steps[3] : steps[count > 4 ? place : 1 + Math.round(place * 3 / (count - 1))]);
    }
    return found;
  }

  function seriesOf(data, kind) {
    if (kind === "donut") {
      return [{
        type: "pie", radius: ["55%", "80%"], center: ["50%", "50%"], avoidLabelOverlap: true,
        label: { color: token("--tblr-body-color"), formatter: "{b}  {c}" },
        itemStyle: { borderColor: token("--tblr-bg-surface"), borderWidth: 2 },
        data: data.categories.map(function (name, place) {
          return { name: name, value: data.series[0].values[place], link: data.series[0].links[place] };
        })
      }];
    }
    return data.series.map(function (one, order) {
      var tones = {
        violated: token("--xd-violated"), overdue: token("--xd-overdue"), due: token("--xd-due-soft"),
        unknown: token("--xd-unknown"), void: token("--xd-void"), good: token("--xd-chart-1")
      };
      var stripes = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.45)" };
      return {
        type: kind === "line" ? "line" : "bar",
        name: one.name,
        stack: kind === "stack" ? "all" : undefined,
        barMaxWidth: 22,
        smooth: false, symbolSize: 6,
        itemStyle: {
          color: tones[one.tone],
          decal: one.tone === "overdue" ? stripes : undefined,
          borderRadius: kind === "stack" ? 0 : (kind === "column" ? [3, 3, 0, 0] : [0, 3, 3, 0]),
          borderColor: token("--tblr-bg-surface"), borderWidth: kind === "stack" ? 1 : 0
        },
        label: {
          show: kind === "bar" || kind === "column", position: kind === "bar" ? "right" : "top",
          color: token("--tblr-secondary"), formatter: function (at) { return at.value ? String(at.value) : ""; }
        },
        data: one.values.map(function (value, place) { return { value: value, link: one.links[place] }; }),
        z: 10 - order
      };
    });
  }

  function optionsOf(data, width) {
    var ink = token("--tblr-body-color"), faint = token("--tblr-border-color"), grey = token("--tblr-secondary");
    var lying = data.kind === "bar" || data.kind === "stack";
    var names = {
      type: "category", data: data.categories, inverse: lying,
      axisLine: { show: !lying, lineStyle: { color: faint } }, axisTick: { show: false },
      axisLabel: { color: ink, overflow: "truncate", width: lying ? Math.min(260, Math.max(90, Math.round(width * 0.3))) : undefined }
    };
    var amounts = {
      type: "value", minInterval: 1, axisLabel: { color: grey, hideOverlap: true }, splitLine: { lineStyle: { color: faint } }
    };
    var options = {
      color: data.kind === "stack" && data.series.length <= 5 ? ramp(data.series.length) : palette(),
      animationDuration: 250,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: true, label: { description: data.title } },
      // Rich text is drawn on the canvas: HTML tooltips would carry inline styles, which the page's policy refuses.
      tooltip: {
        renderMode: "richText", trigger: data.kind === "donut" ? "item" : "axis", axisPointer: { type: "shadow" },
        backgroundColor: token("--tblr-bg-surface"), borderColor: faint, textStyle: { color: ink }, confine: true
      },
      series: seriesOf(data, data.kind)
    };
    if (data.kind !== "donut") {
      options.grid = { left: 18, right: 40, top: data.series.length > 1 ? 36 : 12, bottom: 8, containLabel: true };
      options.xAxis = lying ? amounts : names;
      options.yAxis = lying ? names : amounts;
    }
    if (data.series.length > 1) {
      options.legend = { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: ink } };
    }
    return options;
  }

  function draw(node) {
    if (!window.echarts) { return; }
    var data = JSON.parse(document.getElementById(node.dataset.chart).textContent);
    var before = window.echarts.getInstanceByDom(node);
    if (before) { before.dispose(); }
    if (data.kind === "bar" || data.kind === "stack") {
      node.style.height = Math.max(160, 52 + data.categories.length * 38) + "px";
    }
    var chart = window.echarts.init(node);
    chart.setOption(optionsOf(data, node.clientWidth));
    chart.on("click", function (event) {
      if (event.data && event.data.link) { location.href = event.data.link; }
    });
  }

  window.addEventListener("resize", function () {
    each(document, "[data-chart]", function (node) {
      var chart = window.echarts && window.echarts.getInstanceByDom(node);
      if (chart && chart.getWidth() !== node.clientWidth) { draw(node); }
    });
  });

  // Choosing among many: a group, or one of its choices, is found by its words --------------------------------------
  document.addEventListener("input", function (event) {
    var find = event.target.closest("[data-choices-find]");
    if (!find) { return; }
    var words = find.value.trim().toLowerCase(), none = true;
    each(find.closest("[data-choices]"), "[data-choices-group]", function (group) {
      var named = group.dataset.choicesGroup.toLowerCase().indexOf(words) >= 0;
      var some = false;
      each(group, "[data-choices-name]", function (choice) {
        var holds = named || choice.dataset.choicesName.toLowerCase().indexOf(words) >= 0;
        choice.hidden = !holds;
        some = some || holds;
      });
      group.hidden = !some;
      none = none && !some;
      if (words && some && !named) { group.open = true; }
    });
    each(find.closest("[data-choices]"), "[data-choices-none]", function (told) { told.hidden = !none; });
  });

  // Records are found while one types: Enter in that field sends nothing
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches("[data-seek]")) { event.preventDefault(); }
  });

  // The level that the matrices of a grading give, told while they are filled in; the service works it out itself ----
  function tellLevel(node) {
    var levels = { information: 1, service: 1 };
    each(node, "input:checked", function (cell) {
      levels[cell.dataset.side] = Math.max(levels[cell.dataset.side], Number(cell.dataset.level));
    });
    var both = Math.max(levels.information, levels.service), some = node.querySelector("input:checked:not([value=''])");
    node.querySelector("[data-matrices-told]").textContent = !some ? "—" : "S" + levels.information + "A" + levels.service + "G" + both;
  }

  document.addEventListener("change", function (event) {
    var matrices = event.target.closest("[data-matrices]");
    if (matrices) { tellLevel(matrices); }
  });

  // A map of many links is one stop of the Tab key; arrows move inside it ---------------------------------------------
  function roving(node) {
    each(node, "a", function (link) { link.tabIndex = -1; });
    var first = node.querySelector("a");
    if (first) { first.tabIndex = 0; }
  }

  // The nearest link above or below, by where it stands on the page.
  function vertical(links, from, down) {
    var here = from.getBoundingClientRect(), best = null, least = Infinity;
    links.forEach(function (link) {
      var there = link.getBoundingClientRect(), rise = down ? there.top - here.top : here.top - there.top;
      var far = rise * 4 + Math.abs(there.left - here.left);
      if (rise > 4 && far < least) { best = link; least = far; }
    });
    return best;
  }

  document.addEventListener("keydown", function (event) {
    var map = event.target.closest("[data-roving]");
    if (!map || event.altKey || event.ctrlKey || event.metaKey) { return; }
    var links = Array.prototype.slice.call(map.querySelectorAll("a"));
    var place = links.indexOf(event.target), next = null;
    if (event.key === "ArrowRight") { next = links[place + 1]; }
    if (event.key === "ArrowLeft") { next = links[place - 1]; }
    if (event.key === "Home") { next = links[0]; }
    if (event.key === "End") { next = links[links.length - 1]; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { next = vertical(links, event.target, event.key === "ArrowDown"); }
    if (!next) { return; }
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  // Fresh content, from the page or from htmx ----------------------------------------------------------------------
  function begin(scope) {
    if (scope.matches && scope.matches("[data-ended]")) { location.reload(); return; }  // the rest of the page changes with it
    each(scope, "[data-chart]", draw);
    each(scope, "[data-roving]", roving);
    each(scope, "[data-matrices]", tellLevel);
    var first = scope.querySelector("[data-focus], .is-invalid");
    if (first) { first.focus(); }
  }

  // An address that names a closed table opens it.
  function openNamed() {
    var named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named && named.tagName === "DETAILS") { named.open = true; named.scrollIntoView(); }
  }

  window.addEventListener("hashchange", openNamed);
  document.addEventListener("DOMContentLoaded", function () { begin(document); openNamed(); });
  document.addEventListener("htmx:load", function (event) { if (event.detail.elt !== document.body) { begin(event.detail.elt); } });
  // A refusal that htmx is given is shown in place like any answer; leaving empty filters out keeps addresses short.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status === 409 || event.detail.xhr.status === 422) { event.detail.shouldSwap = true; }
    if (event.detail.xhr.status === 401 || event.detail.xhr.status === 403) { location.reload(); }
  });
  document.addEventListener("htmx:configRequest", function (event) {
    var given = event.detail.parameters;
    Object.keys(given).forEach(function (name) { if (given[name] === "") { delete given[name]; } });
  });
})();
