-- Replays a list of requests made beforehand: each line is "METHOD target". A PUT is sent with a body of `size` bytes
-- that begins with its path, so no two bodies are the same. Every thread of wrk has a list of its own: LIST.0, LIST.1, …
-- Arguments: LIST host size. Ends with one line "RESULT {json}".

local threads = {}
local rounds = 0

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  list = assert(io.open(arguments[1] .. "." .. id, "r"))
  host = arguments[2]
  size = tonumber(arguments[3])
  local letters = {}
  math.randomseed(id + 1)
  for i = 1, size do letters[i] = string.char(math.random(33, 126)) end
  filler = table.concat(letters)
  repeated = 0
end

function request()
  local line = list:read("*l")
  if not line then
    repeated = repeated + 1
    list:seek("set", 0)
    line = list:read("*l")
  end
  local method, target = line:match("^(%S+) (%S+)$")
  local head = method .. " " .. target .. " HTTP/1.1\r\nHost: " .. host .. "\r\n"
  if method == "PUT" then
    local path = target:match("^[^?]*")
    local body = (path .. filler:sub(#path + 1)):sub(1, size)
    return head .. "Content-Type: application/octet-stream\r\nContent-Length: " .. size .. "\r\n\r\n" .. body
  end
  return head .. "\r\n"
end

function done(summary, latency, _)
  for _, thread in ipairs(threads) do rounds = math.max(rounds, thread:get("repeated")) end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "errors": %d, "p50": %d, "p99": %d, "max": %d, "rounds": %d}\n',
    summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max, rounds))
end
