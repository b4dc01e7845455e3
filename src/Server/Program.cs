using System.Net.Sockets;
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

static int Fail(string sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
