// The load of counters and visits by month, drawn from the data-chart attribute; the table beside it holds the same numbers.
document.querySelectorAll(".load-chart[data-chart]").forEach((place) => {
  const given = JSON.parse(place.dataset.chart);
  // told apart by lightness too, for colour-blind eyes and grey printers
  const colours = ["#9fc3e6", "#1d5fa3", "#f0c77a", "#a65b00"];
  place.style.height = "320px";
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    color: colours,
    animation: false,
    tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" } },
    legend: { top: 0 },
    grid: { left: 8, right: 16, top: 60, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: given.names },
    yAxis: { type: "value" },
    series: given.series.map((each) => ({ ...each, type: "bar" })),
  });
  window.addEventListener("resize", () => chart.resize());
});
