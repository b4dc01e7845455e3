using System.Net.Sockets;
using System.Security.Cryptography;
using BpfDashboard.Server;
using BpfDashboard.Server.Security;
using Microsoft.Extensions.Options;

// Composition is in DashboardHost; here is only what a person at a terminal sees when the server cannot start.
try
{
    if (HostCheck.IsAskedFor(args))
    {
        return HostCheck.Run(Console.Out);
    }

    if (CommandLine.AsksForHelp(args))
    {
        Console.Write(CommandLine.Help());
        return 0;
    }

    await using var app = DashboardHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (CommandLineException exception)
{
    return Fail(exception.Message);
}
catch (OptionsValidationException exception)
{
    return Fail("The options are wrong:\n  " + string.Join("\n  ", exception.Failures));
}
catch (IOException exception) when (exception.InnerException?.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
{
    return Fail($"{exception.Message} Is another dashboard running? Choose another port with --urls http://127.0.0.1:5081");
}
catch (StateDirectoryException exception)
{
    return Fail($"{exception.Message} Choose a directory that can be written with --state-directory.");
}
catch (SocketException exception)
{
    return Fail($"The server cannot listen on the address of --urls: {exception.Message}.");
}
catch (InvalidOperationException exception) when (exception.Message.StartsWith("Unable to configure HTTPS endpoint", StringComparison.Ordinal))
{
    return Fail(
        "https needs a certificate: name it with Kestrel__Certificates__Default__Path and its __Password or __KeyPath in the environment.");
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or InvalidDataException)
{
    // A file that is named in the settings, or the settings themselves.
    return Fail($"The server cannot start: {exception.Message}");
}

static int Fail(string sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
