using Orchestrator.Simulators;

var options = new ConfigurationBuilder().AddEnvironmentVariables("SIMULATORS_").AddCommandLine(args).Build().Get<SimulatorOptions>() ?? new SimulatorOptions();
if (options.Port == 0) options.Port = 7070;
if (options.TlsPort == 0) options.TlsPort = 7071;
if (options.SmtpPort == 0) options.SmtpPort = 7025;
if (options.SmtpTlsPort == 0) options.SmtpTlsPort = 7465;
await using var host = await SimulatorHost.StartAsync(options);
Console.WriteLine($"Simulated providers on {host.Address} and {host.TlsAddress}: {string.Join(", ", host.Providers)}");
Console.WriteLine($"Mail: 127.0.0.1:{options.SmtpPort} (STARTTLS) and 127.0.0.1:{options.SmtpTlsPort} (TLS)");
Console.WriteLine($"Log: {host.Address}_log   totals: {host.Address}_log/summary   settings of an account: {host.Address}_settings/http-gateway");
await host.WaitForShutdownAsync();
