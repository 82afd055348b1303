-- Sends the prepared requests one after the other, each once. They are read as they are sent: a table
-- of them is walked by the collector of garbage, which then keeps all connections waiting for 30 ms.
local requests, line

function init(args)
  requests = assert(io.open(args[1], 'rb'))
  line = 'POST ' .. args[2] .. ' HTTP/1.1\r\n'
end

function request()
  local size = requests:read(6)
  if size == nil then
    error('The prepared requests are used up: prepare more.')
  end
  return line .. requests:read(tonumber(size))
end

function done(summary, latency)
  io.write(string.format(
    'RESULT {"requests":%d,"us":%d,"refused":%d,"broken":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
