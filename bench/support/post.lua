-- Sends the prepared bodies one after the other, each once. Lines of the file: signatures, tab, body.
local bodies, next_body, head = {}, 0, nil

function init(args)
  head = 'POST ' .. args[2] .. ' HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'
  for line in io.lines(args[1]) do
    bodies[#bodies + 1] = line
  end
end

function request()
  next_body = next_body + 1
  local line = bodies[next_body]
  if line == nil then
    error('The prepared bodies are used up: prepare more.')
  end
  local sha256, sha1, body = line:match('^(%x+)\t(%x+)\t(.*)$')
  return head .. 'X-Hub-Signature-256: sha256=' .. sha256 .. '\r\nX-Hub-Signature: sha1=' .. sha1
    .. '\r\nContent-Length: ' .. #body .. '\r\n\r\n' .. body
end

function done(summary, latency)
  io.write(string.format(
    'RESULT {"requests":%d,"us":%d,"refused":%d,"broken":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
