// SPDX-License-Identifier: MIT
namespace Muen.Samples.Crypter.Service;

/// <summary>
/// The service: hashes what its client sends over one channel and answers over another. It has no device, no other memory, and runs
/// on another processor than its client; what the client can learn or change is what goes through the two channels.
/// </summary>
static class Crypter
{
    // Too large for a stack, and in one place, so that they can be zeroed.
    static HashRequest s_request;
    static HashResponse s_response;
    static HashContext s_context;

    internal static void Main()
    {
        ChannelReader<HashRequest> requests = Component.Channels.Request.Open();
        ChannelWriter<HashResponse> responses = Component.Channels.Response.Open();
        while (true)
        {
            if (requests.Read(out s_request) != ReadResult.Success)
            {
                // Parts are missing: what follows must not be taken for their continuation.
                s_context.Reset();
                continue;
            }
            s_context.Handle(ref s_request, ref s_response);
            Secret.Clear(ref s_request);
            responses.Write(in s_response);
            responses.Notify();
        }
    }
}
