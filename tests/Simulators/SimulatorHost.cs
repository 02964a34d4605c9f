using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Orchestrator.Simulators;

/// <summary>All simulated providers in one process on loopback; start it from a test or with <c>dotnet run --project tests/Simulators</c>.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyList<SimulatedProvider> _providers;
    private int _disposed;

    private SimulatorHost(WebApplication app, Simulation simulation, IReadOnlyList<SimulatedProvider> providers, X509Certificate2 certificate)
    {
        (_app, Simulation, _providers, Certificate) = (app, simulation, providers, certificate);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToList();
        Address = addresses.First(a => a.Scheme == "http");
        TlsAddress = addresses.First(a => a.Scheme == "https");
    }

    /// <summary>Plain http address.</summary>
    public Uri Address { get; }

    /// <summary>https address; its certificate is <see cref="Certificate"/> (HTTP/1.1 and HTTP/2).</summary>
    public Uri TlsAddress { get; }

    /// <summary>The self-made certificate, for clients to trust.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Faults, log and callbacks.</summary>
    public Simulation Simulation { get; }

    /// <summary>Names of the simulated providers.</summary>
    public IEnumerable<string> Providers => _providers.Select(p => p.Name);

    /// <summary>Settings JSON of an account of this provider that talks to this simulator.</summary>
    /// <param name="provider">One of <see cref="Providers"/>.</param>
    /// <param name="tls">Talks to the https address; the caller must trust <see cref="Certificate"/>.</param>
    public string SettingsFor(string provider, bool tls = false) =>
        _providers.First(p => p.Name == provider).Settings(tls ? TlsAddress : Address, TlsAddress);

    /// <summary>Plays a recipient who answers; false: the provider carries no replies.</summary>
    public bool Reply(string provider, string from, string text)
    {
        if (_providers.First(p => p.Name == provider) is not IRepliesBack back) return false;
        back.Reply(from, text);
        return true;
    }

    /// <summary>Starts on loopback.</summary>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SimulatorOptions();
        var simulation = new Simulation(options, TimeProvider.System);
        var certificate = MakeCertificate(TimeProvider.System.GetUtcNow());
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();   // nothing of the surrounding program's settings concerns the simulators
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 16 << 20;
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Listen(IPAddress.Loopback, options.TlsPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            });
        });
        var app = builder.Build();
        var providers = SimulatedProviders.Create(simulation);
        foreach (var provider in providers)
        {
            provider.Map(app);
            provider.Start(certificate);
        }

        ControlEndpoints.Map(app, simulation, providers);
        await app.StartAsync(cancellationToken);
        return new SimulatorHost(app, simulation, providers, certificate);
    }

    /// <summary>Runs until the process is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await Simulation.DisposeAsync();
        foreach (var provider in _providers) await provider.DisposeAsync();
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);   // hanging requests are part of the act: do not wait for them
        await _app.DisposeAsync();
        Certificate.Dispose();
    }

    private static X509Certificate2 MakeCertificate(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Orchestrator simulators", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
