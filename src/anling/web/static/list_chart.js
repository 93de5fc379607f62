// The shares of the lists by region, drawn from the data-chart attribute; the table below it holds the same numbers.
document.querySelectorAll(".list-chart[data-chart]").forEach((place) => {
  const given = JSON.parse(place.dataset.chart);
  // told apart by lightness too, for colour-blind eyes and grey printers
  const colours = ["#2a8f5c", "#a61e2b", "#f0a33a", "#9fc3e6"];
  place.style.height = `${Math.max(220, 26 * given.names.length + 80)}px`;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    color: colours,
    animation: false,
    tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" } },
    legend: { top: 0 },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    xAxis: { type: "value" },
    yAxis: { type: "category", inverse: true, data: given.names },
    series: given.series.map((each) => ({ ...each, type: "bar", stack: "all" })),
  });
  window.addEventListener("resize", () => chart.resize());
});
