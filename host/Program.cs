var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => "Orchestrator");
app.Run();
